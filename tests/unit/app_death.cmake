mpienc_unit_test(app_death ROOMS app)
