#include <loci/base/random.hpp>

#include <sodium.h>
#include <stdexcept>

namespace loci {
namespace {

class SystemRandom final : public Random {
public:
    SystemRandom() {
        if (sodium_init() < 0) {
            throw std::runtime_error("libsodium cannot be initialised");
        }
    }

    void fill(std::span<std::byte> bytes) override {
        if (!bytes.empty()) { // libsodium does not take a null pointer, even for nothing
            randombytes_buf(bytes.data(), bytes.size());
        }
    }
};

} // namespace

std::unique_ptr<Random> system_random() {
    return std::make_unique<SystemRandom>();
}

} // namespace loci
