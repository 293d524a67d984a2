mpienc_unit_test(app_stop_signal ROOMS app)
