mpienc_unit_test(core_pcm ROOMS core)
mpienc_unit_test(core_key_values ROOMS core)
