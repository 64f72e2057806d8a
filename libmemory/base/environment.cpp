#include <loci/base/environment.hpp>

namespace loci {

Environment system_environment() {
    static auto const clock = system_clock();
    static auto const random = system_random();
    static auto const ids = id_source(*clock, *random);
    static auto const transport = curl_transport();
    return {*clock, *random, *ids, *transport};
}

} // namespace loci
