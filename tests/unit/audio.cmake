mpienc_unit_test(audio_encoder_names ROOMS av)
mpienc_unit_test(audio_formats ROOMS encode)
mpienc_unit_test(audio_timeline ROOMS encode)
mpienc_unit_test(audio_track ROOMS encode)
