#include "model_files.hpp"

#include <catch2/catch.hpp>
#include <embed/safetensors.hpp>
#include <limits>

using loci::embed::NumberType;
using loci::embed::Safetensors;
using loci::tests::bytes_of;
using loci::tests::safetensors_file;

namespace {

loci::Result<Safetensors> parse(std::string const& file) {
    return Safetensors::parse(std::as_bytes(std::span{file}));
}

std::vector<float> numbers(loci::embed::Tensor const& tensor, std::size_t count) {
    std::vector<float> numbers(count);
    tensor.real(0, numbers);
    return numbers;
}

/// One tensor of the given description over 8 bytes of data.
std::string described(std::string const& dtype, std::string const& shape,
                      std::string const& offsets) {
    return safetensors_file(R"({"t":{"dtype":")" + dtype + R"(","shape":)" + shape +
                                R"(,"data_offsets":)" + offsets + "}}",
                            "12345678");
}

} // namespace

TEST_CASE("a safetensors file gives its tensors in every number type", "[embed][safetensors]") {
    auto const file = safetensors_file({
        {"f32", "F32", "[2]", bytes_of(std::vector{1.5F, -2.25F})},
        {"f64", "F64", "[1]", bytes_of(std::vector{0.1})},
        // 1, -2, smallest subnormal 2^-24, infinity, largest subnormal 1023 * 2^-24
        {"f16", "F16", "[5]",
         bytes_of(std::vector<std::uint16_t>{0x3C00, 0xC000, 0x0001, 0x7C00, 0x03FF})},
        {"bf16", "BF16", "[2]", bytes_of(std::vector<std::uint16_t>{0x3F80, 0xC049})},
        {"i8", "I8", "[1,3]", bytes_of(std::vector<std::int8_t>{-128, 0, 127})},
        {"i32", "I32", "[2]", bytes_of(std::vector<std::int32_t>{-7, 70000})},
        {"i64", "I64", "[1]", bytes_of(std::vector<std::int64_t>{1LL << 40})},
        {"scalar", "F32", "[]", bytes_of(std::vector{3.0F})},
        {"nothing", "F32", "[0,4]", ""},
    });
    auto const parsed = parse(file);
    REQUIRE(parsed.has_value());
    CHECK(parsed->tensors().size() == 9);
    CHECK(numbers(*parsed->find("f32"), 2) == std::vector{1.5F, -2.25F});
    CHECK(numbers(*parsed->find("f64"), 1) == std::vector{0.1F});
    CHECK(numbers(*parsed->find("f16"), 5) == std::vector{1.0F, -2.0F, 5.9604644775390625e-8F,
                                                          std::numeric_limits<float>::infinity(),
                                                          6.09755516052246e-05F});
    CHECK(numbers(*parsed->find("bf16"), 2) == std::vector{1.0F, -3.140625F});
    CHECK(numbers(*parsed->find("i8"), 3) == std::vector{-128.0F, 0.0F, 127.0F});
    CHECK(parsed->find("i8")->shape == std::vector<std::uint64_t>{1, 3});
    CHECK(parsed->find("i32")->integer(0) == -7);
    CHECK(parsed->find("i32")->integer(1) == 70000);
    CHECK(parsed->find("i64")->integer(0) == 1LL << 40);
    CHECK(numbers(*parsed->find("scalar"), 1) == std::vector{3.0F});
    CHECK(parsed->find("nothing")->bytes.empty());
    CHECK(parsed->find("__metadata__") == nullptr);
}

TEST_CASE("a damaged safetensors file is refused", "[embed][safetensors]") {
    auto const file = GENERATE(
        as<std::string>{}, "", "1234567",   // shorter than the length
        bytes_of(std::vector{~0ull}),       // a length beyond everything
        bytes_of(std::vector{9ull}) + "{}", // longer than the file
        safetensors_file("[]", ""), safetensors_file("{", ""), safetensors_file(R"({"t":1})", ""),
        safetensors_file(R"({"t":{"shape":[],"data_offsets":[0,0]}})", ""),
        described("F99", "[2]", "[0,8]"), described("F32", "[2]", "[0,9]"), // beyond the data
        described("F32", "[2]", "[8,0]"),                                   // backwards
        described("F32", "[3]", "[0,8]"), // too short for its shape
        described("F32", "[-2]", "[0,8]"), described("F32", "[2.0]", "[0,8]"),
        described("F32", "2", "[0,8]"), described("F32", "[2]", "[0,8,8]"),
        described("F32", "[2]", "[-8,0]"),
        described("F32", "[4611686018427387904,4]", "[0,0]"), // overflows to 0
        described("I8", "[18446744073709551615,2]", "[0,8]"));
    CAPTURE(file);
    auto const parsed = parse(file);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().kind == loci::ErrorKind::corrupt);
    CHECK(parsed.error().reason == "MODEL_CORRUPT");
}

TEST_CASE("tensors that overlap or have one name are refused", "[embed][safetensors]") {
    auto const two = [](std::string const& second, std::string const& offsets) {
        return safetensors_file(R"({"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},")" +
                                    second + R"(":{"dtype":"I8","shape":[4],"data_offsets":)" +
                                    offsets + "}}",
                                "12345678");
    };
    CHECK(parse(two("b", "[4,8]")).has_value());
    CHECK_FALSE(parse(two("b", "[3,7]")).has_value());
    CHECK_FALSE(parse(two("b", "[0,4]")).has_value());
    CHECK_FALSE(parse(two("a", "[4,8]")).has_value());
}
