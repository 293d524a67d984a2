mpienc_unit_test(app_options ROOMS app)
target_compile_definitions(app_options PRIVATE PROJECT_VERSION="${PROJECT_VERSION}")
mpienc_unit_test(app_processors ROOMS app)
mpienc_unit_test(app_lane_plan ROOMS app)
