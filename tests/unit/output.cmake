mpienc_unit_test(output_track_writer ROOMS output)
mpienc_unit_test(output_video_join ROOMS output)
mpienc_unit_test(output_disk_full ROOMS output)
