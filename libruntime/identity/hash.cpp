#include "identity/hash.hpp"

#include <sodium.h>

namespace loci::runtime {

Hash hash_of(std::string_view text) {
    Hash hash{};
    static_assert(crypto_hash_sha256_BYTES == std::tuple_size_v<Hash>);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                       reinterpret_cast<unsigned char const*>(text.data()), text.size());
    return hash;
}

bool equal_in_constant_time(std::span<std::byte const> a, std::span<std::byte const> b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace loci::runtime
