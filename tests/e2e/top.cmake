mpienc_e2e_test(top SCRIPT top TIMEOUT 300)
