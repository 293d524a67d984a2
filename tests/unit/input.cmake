mpienc_unit_test(input_nal ROOMS input)
mpienc_unit_test(input_picture ROOMS input)
mpienc_unit_test(input_timeline ROOMS input)
mpienc_unit_test(input_chunk_cutter ROOMS input)
