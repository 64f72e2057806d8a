#include "file_bytes.hpp"

#include <catch2/catch.hpp>
#include <index/block_file.hpp>
#include <random>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>

using namespace loci::index;

namespace {

std::vector<std::byte> random_bytes(std::size_t count) {
    std::mt19937 random{static_cast<unsigned>(count)};
    std::vector<std::byte> bytes(count);
    for (auto& byte : bytes) {
        byte = static_cast<std::byte>(random());
    }
    return bytes;
}

struct Fixture {
    void write(std::vector<std::byte> const& bytes) const {
        BlockWriter writer{path};
        auto rest = std::span{bytes};
        for (std::size_t part = 1; !rest.empty(); part = part * 3 + 1) { // pieces of many sizes
            writer.write(rest.first(std::min(part, rest.size())));
            rest = rest.subspan(std::min(part, rest.size()));
        }
        REQUIRE(writer.finish());
    }

    /// Nothing: noticed that the file is not the one written.
    std::optional<std::vector<std::byte>> read(std::size_t count) const {
        auto reader = BlockReader::open(path);
        std::vector<std::byte> bytes(count);
        auto const first = std::span{bytes}.first(count / 3);
        if (!reader || !reader->read(first) ||
            !reader->read(std::span{bytes}.subspan(first.size())) || !reader->is_at_end()) {
            return std::nullopt;
        }
        return bytes;
    }

    loci::tests::TemporaryDirectory directory;
    std::filesystem::path path = directory.path() / "file";
};

constexpr std::size_t payload = 64 * 1024 - 8;

} // namespace

TEST_CASE_METHOD(Fixture, "what is written is read", "[index][block_file]") {
    for (auto const count : {std::size_t{0}, std::size_t{1}, payload - 1, payload, payload + 1,
                             2 * payload, 5 * payload + 7}) {
        CAPTURE(count);
        auto const bytes = random_bytes(count);
        write(bytes);
        CHECK(read(count) == bytes);
        CHECK_FALSE(read(count + 1));
        if (count > 0) {
            CHECK_FALSE(read(count - 1));
        }
    }
}

TEST_CASE_METHOD(Fixture, "every changed byte is noticed", "[index][block_file]") {
    constexpr std::size_t count = payload + 100;
    write(random_bytes(count));
    auto const written = file_bytes(path);
    for (std::size_t at = 0; at < written.size(); at += at < 200 || at > payload ? 1 : 997) {
        auto bytes = written;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
        put_bytes(path, bytes);
        CAPTURE(at);
        REQUIRE_FALSE(read(count));
    }
}

TEST_CASE_METHOD(Fixture, "lost, added and exchanged parts are noticed", "[index][block_file]") {
    constexpr std::size_t count = 2 * payload;
    write(random_bytes(count));
    auto const written = file_bytes(path);
    constexpr std::size_t block = payload + 8;
    for (auto const& changed : {written.substr(0, written.size() - 1), written.substr(0, block),
                                std::string{}, written + 'x', written + written.substr(0, block),
                                written.substr(block) + written.substr(0, block)}) {
        put_bytes(path, changed);
        CHECK_FALSE(read(count));
    }
    std::filesystem::remove(path);
    CHECK_FALSE(BlockReader::open(path));
    CHECK_FALSE(BlockEraser::open(path));
}

TEST_CASE_METHOD(Fixture, "erased ranges are zeros, also across blocks", "[index][block_file]") {
    constexpr std::size_t count = 3 * payload;
    auto bytes = random_bytes(count);
    write(bytes);
    std::vector<std::pair<std::size_t, std::size_t>> const ranges{
        {10, 5}, {20, 100}, {payload - 3, 9}, {2 * payload, payload}};
    for (int round = 0; round < 2; ++round) {
        auto eraser = BlockEraser::open(path);
        REQUIRE(eraser);
        for (auto const& [offset, length] : ranges) {
            REQUIRE(eraser->erase(offset, length));
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), length, std::byte{0});
        }
        REQUIRE(eraser->finish());
        CHECK(read(count) == bytes);
    }
    auto eraser = BlockEraser::open(path);
    CHECK_FALSE(eraser->erase(count, 1));
    auto damaged = file_bytes(path);
    damaged[payload / 2] = static_cast<char>(damaged[payload / 2] + 1);
    put_bytes(path, damaged);
    CHECK_FALSE(BlockEraser::open(path)->erase(0, 1));
}

TEST_CASE("a directory that does not exist is told at the end", "[index][block_file]") {
    BlockWriter writer{"/nonexistent/file"};
    writer.write(random_bytes(payload * 2));
    auto const finished = writer.finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().kind == loci::ErrorKind::unavailable);
}

TEST_CASE("a checksum differs with every word and with the seed", "[index][block_file]") {
    auto bytes = random_bytes(123);
    auto const sum = checksum(bytes, 1);
    CHECK(checksum(bytes, 1) == sum);
    CHECK(checksum(bytes, 2) != sum);
    for (auto& byte : bytes) {
        byte ^= std::byte{0x10};
        CHECK(checksum(bytes, 1) != sum);
        byte ^= std::byte{0x10};
    }
    CHECK(checksum(std::span{bytes}.first(122), 1) != sum);
}
