#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::tests {

/// The bytes of numbers, as a tensor holds them.
template <class T>
std::string bytes_of(std::vector<T> const& numbers) {
    std::string bytes(numbers.size() * sizeof(T), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

/// A safetensors file from its header's text and its data.
inline std::string safetensors_file(std::string_view header, std::string_view data) {
    auto file = bytes_of(std::vector{static_cast<std::uint64_t>(header.size())});
    file += header;
    file += data;
    return file;
}

struct GivenTensor {
    std::string name;
    std::string dtype;
    std::string shape; ///< as JSON
    std::string data;
};

inline std::string safetensors_file(std::vector<GivenTensor> const& tensors) {
    std::string header = R"({"__metadata__":{"format":"pt"})";
    std::string data;
    for (auto const& tensor : tensors) {
        header +=
            fmt::format(R"(,"{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})", tensor.name,
                        tensor.dtype, tensor.shape, data.size(), data.size() + tensor.data.size());
        data += tensor.data;
    }
    return safetensors_file(header + "}   ", data);
}

/// A tokenizer.json with the parts given as JSON.
struct GivenTokenizer {
    std::string vocabulary = R"({"[UNK]":0,"[CLS]":1,"the":2,"cat":3,"##s":4,"sat":5,"play":6,)"
                             R"("##ing":7,".":8,"cafe":9})";
    std::string model_type = "WordPiece";
    std::string model_extra = R"(,"unk_token":"[UNK]","continuing_subword_prefix":"##",)"
                              R"("max_input_chars_per_word":100)";
    std::string normalizer =
        R"({"type":"BertNormalizer","clean_text":true,)"
        R"("handle_chinese_chars":true,"strip_accents":null,"lowercase":true})";
    std::string pre_tokenizer = R"({"type":"BertPreTokenizer"})";
    std::string added_tokens = R"([{"id":1,"content":"[CLS]","special":true,"normalized":false,)"
                               R"("lstrip":false,"rstrip":false,"single_word":false}])";

    std::string text() const {
        return fmt::format(R"({{"version":"1.0","truncation":null,"added_tokens":{},)"
                           R"("normalizer":{},"pre_tokenizer":{},)"
                           R"("post_processor":{{"type":"TemplateProcessing"}},)"
                           R"("model":{{"type":"{}","vocab":{}{}}}}})",
                           added_tokens, normalizer, pre_tokenizer, model_type, vocabulary,
                           model_extra);
    }
};

inline void write_file(std::filesystem::path const& path, std::string_view bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << bytes;
}

} // namespace loci::tests
