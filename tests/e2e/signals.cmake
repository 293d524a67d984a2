mpienc_e2e_test(signals SCRIPT signals TIMEOUT 600)
