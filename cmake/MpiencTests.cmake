find_package(GTest REQUIRED)

# What is tested is built as users get it; the tests themselves are only built sooner.
set(_mpienc_of_tests $<$<CONFIG:RelWithDebInfo>:-O1>)

# mpienc_unit_test(NAME ROOMS <rooms...>): tests/unit/NAME.cpp as one GoogleTest binary.
function(mpienc_unit_test name)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  add_executable(${name} "${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp")
  list(TRANSFORM ARG_ROOMS PREPEND mpienc_)
  target_link_libraries(${name} PRIVATE ${ARG_ROOMS} mpienc_warnings GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${_mpienc_of_tests})
  add_test(NAME unit.${name} COMMAND ${name})
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()

# mpienc_mpi_test(NAME ROOMS <rooms...>): tests/mpi/NAME.cpp registered at 1, 2 and 4 real ranks.
function(mpienc_mpi_test name)
  cmake_parse_arguments(ARG "" "" "ROOMS" ${ARGN})
  add_executable(${name} "${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp")
  list(TRANSFORM ARG_ROOMS PREPEND mpienc_)
  target_link_libraries(${name} PRIVATE ${ARG_ROOMS} mpienc_warnings GTest::gmock GTest::gtest)
  target_compile_options(${name} PRIVATE ${_mpienc_of_tests})
  foreach(ranks 1 2 4)
    add_test(NAME mpi.${name}.np${ranks}
             COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks}
                     --allow-run-as-root --oversubscribe --bind-to none $<TARGET_FILE:${name}>)
    set_tests_properties(mpi.${name}.np${ranks} PROPERTIES LABELS mpi TIMEOUT 120 PROCESSORS 2)
  endforeach()
endfunction()
