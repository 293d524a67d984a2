mpienc_e2e_test(run_record SCRIPT run_record HDF5 TIMEOUT 300)
