#include "embed/word_piece.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const input = loci::fuzz::as_text(data, size);
    auto const tokenizer = loci::embed::WordPieceTokenizer::parse(input);
    if (tokenizer) {
        for (auto const text :
             {std::string_view{"The cats sat, d\xC3\xA9j\xC3\xA0 vu \xE6\x97\xA5."}, input}) {
            for (auto const id : tokenizer->encode(text)) {
                loci::fuzz::require(id <= tokenizer->largest_id());
            }
        }
    }
    return 0;
}
