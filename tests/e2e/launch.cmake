mpienc_e2e_test(launch SCRIPT launch TIMEOUT 900)
