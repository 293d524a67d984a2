mpienc_unit_test(mp3_settings ROOMS encode)
mpienc_unit_test(mp3_cutter ROOMS plan)
mpienc_unit_test(mp3_reservoir ROOMS encode output)
mpienc_unit_test(mp3_identity ROOMS encode output)
