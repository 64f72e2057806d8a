#include "records/digest.hpp"

#include <bit>
#include <fmt/format.h>
#include <iterator>
#include <openssl/sha.h>

namespace loci::memory {

Hash sha256(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> raw{};
    void const* const bytes = text.data();
    SHA256(static_cast<unsigned char const*>(bytes), text.size(), raw.data());
    Hash hash{};
    static_assert(sizeof hash == sizeof raw);
    for (std::size_t i = 0; i < hash.size(); ++i) {
        hash[i] = static_cast<std::byte>(raw[i]);
    }
    return hash;
}

Digest& Digest::add(std::string_view text) {
    fmt::format_to(std::back_inserter(fields_), "t{}:", text.size());
    fields_ += text;
    return *this;
}

Digest& Digest::add_integer(std::int64_t number) {
    fmt::format_to(std::back_inserter(fields_), "i{};", number);
    return *this;
}

Digest& Digest::add(double number) {
    fmt::format_to(std::back_inserter(fields_), "r{};", std::bit_cast<std::uint64_t>(number));
    return *this;
}

Digest& Digest::add(Timestamp at) {
    return add(to_micros(at));
}

Digest& Digest::add(Uuid const& id) {
    return add(to_string(id));
}

Digest& Digest::add(Hash const& hash) {
    void const* const bytes = hash.data();
    return add(std::string_view{static_cast<char const*>(bytes), hash.size()});
}

Hash Digest::finish() const {
    return sha256(fields_);
}

} // namespace loci::memory
