mpienc_unit_test(core_pcm ROOMS core)
