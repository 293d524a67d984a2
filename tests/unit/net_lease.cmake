mpienc_unit_test(net_lease ROOMS net)
