mpienc_unit_test(app_launch ROOMS app)
mpienc_unit_test(app_launch_marker ROOMS app)
mpienc_unit_test(app_launch_hosts ROOMS app)
mpienc_unit_test(app_marker_keeper ROOMS app)
