mpienc_e2e_test(convert_songs SCRIPT convert_songs TIMEOUT 300 HDF5)
