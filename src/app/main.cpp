#include "mpienc/app/run.hpp"

int main(int argc, char** argv) { return mpienc::app::run(argc, argv); }
