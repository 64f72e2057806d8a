#include <loci/memory/filter.hpp>

namespace loci::memory {

View View::everything() {
    return {.superseded = true,
            .expired = true,
            .past_expiry = true,
            .contested = true,
            .forgotten = false,
            .critical = true};
}

} // namespace loci::memory
