#pragma once

#include <string>

namespace mpienc::encode {

/// Throws Error(usage), beginning with `where`, for an option that libavcodec's encoder of that name does not
/// have, one that the output's format or its promises depend on, or a value that it does not take.
void check_audio_option(const std::string& encoder, const std::string& name, const std::string& value,
                        const std::string& where);

}  // namespace mpienc::encode
