mpienc_unit_test(sched_digest_order ROOMS sched)
mpienc_unit_test(app_range_cutter ROOMS app)
mpienc_unit_test(app_shared_inputs ROOMS app)
mpienc_unit_test(app_digest_relay ROOMS app)
