mpienc_unit_test(net_frame ROOMS net)
mpienc_unit_test(net_wakeup ROOMS net)
mpienc_unit_test(net_local ROOMS net)
mpienc_unit_test(net_host ROOMS net)
