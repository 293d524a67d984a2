mpienc_e2e_test(flac_file SCRIPT flac_file TIMEOUT 300 ARGUMENTS --cases 16 --minutes 3)
mpienc_e2e_test(mp3_file SCRIPT mp3_file TIMEOUT 600 HDF5)
