mpienc_unit_test(encode_isolated ROOMS encode)
