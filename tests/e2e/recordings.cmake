mpienc_e2e_test(flac_file SCRIPT flac_file TIMEOUT 300 ARGUMENTS --cases 16 --minutes 3)
mpienc_e2e_test(mp3_file SCRIPT mp3_file TIMEOUT 900 HDF5 ARGUMENTS --seconds 100)
mpienc_e2e_test(recording_resume SCRIPT recording_resume TIMEOUT 600)
mpienc_e2e_test(film_audio SCRIPT film_audio TIMEOUT 600 HDF5)
