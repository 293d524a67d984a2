mpienc_unit_test(app_batch_long ROOMS app)
