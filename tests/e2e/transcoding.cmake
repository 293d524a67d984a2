find_package(Python3 REQUIRED COMPONENTS Interpreter)

# mpienc_e2e_test(NAME TIMEOUT <seconds> SCRIPT <name> [LONG] [ARGUMENTS ...]): one check on the built
# program; skipped where it has nothing to work on. A LONG one runs only with `ctest -C long -L long`.
function(mpienc_e2e_test name)
  cmake_parse_arguments(ARG "LONG" "TIMEOUT;SCRIPT" "ARGUMENTS" ${ARGN})
  set(_label e2e)
  set(_when)
  if(ARG_LONG)
    set(_label long)
    set(_when CONFIGURATIONS long)
  endif()
  add_test(NAME e2e.${name} ${_when}
           COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCRIPT}.py"
                   --mpienc $<TARGET_FILE:mpienc> --mpirun ${MPIEXEC_EXECUTABLE}
                   --work "${CMAKE_CURRENT_BINARY_DIR}" ${ARG_ARGUMENTS})
  set_tests_properties(e2e.${name} PROPERTIES
    LABELS ${_label} TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77 RUN_SERIAL ON)
endfunction()

mpienc_e2e_test(roundtrip_made SCRIPT roundtrip_made TIMEOUT 600)
mpienc_e2e_test(roundtrip SCRIPT roundtrip TIMEOUT 1200)
mpienc_e2e_test(same_bytes SCRIPT same_bytes TIMEOUT 900)
mpienc_e2e_test(sync SCRIPT sync TIMEOUT 600)
mpienc_e2e_test(dvd_image SCRIPT dvd_image TIMEOUT 600)
mpienc_e2e_test(errors SCRIPT errors TIMEOUT 600)
mpienc_e2e_test(memory SCRIPT memory TIMEOUT 900 ARGUMENTS --size 150M --chunk 5)
mpienc_e2e_test(memory_of_gigabytes LONG SCRIPT memory TIMEOUT 7200 ARGUMENTS --size 2G)
