mpienc_unit_test(sched_release_window ROOMS sched)
mpienc_unit_test(sched_scheduler ROOMS sched)
mpienc_unit_test(sched_strategies ROOMS sched)
