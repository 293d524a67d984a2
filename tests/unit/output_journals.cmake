mpienc_unit_test(app_result_shelf ROOMS app)
mpienc_unit_test(app_output_journals ROOMS app)
