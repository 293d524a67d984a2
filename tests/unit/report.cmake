mpienc_unit_test(report_progress ROOMS report)
mpienc_unit_test(report_summary ROOMS report)
