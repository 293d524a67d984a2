mpienc_e2e_test(join SCRIPT join TIMEOUT 600)
