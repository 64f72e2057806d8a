#include "index/segment_file.hpp"

#include "index/block_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <iterator>

// The stream of a block file (`block_file.cpp`), numbers little-endian:
//
// segment    := header model key{vectors} code{vectors} level{levels} neighbour{neighbours}
//               twin{twins}
// header     := magic database owner dimension model_bytes vectors levels neighbours twins lost
// entry magic      := 64 bits, also the format's version database   := 16 bytes key        := 64
// bits; ascending code       := half{dimension} level      := 8 bits; of the vector at the same
// place, 0: not in the graph neighbour  := 32 bits; the place of a vector, -1: free
// (`Graph::Parts`) twin       := node position          32 bits each; places of equal vectors
//
// All other numbers of the header have 64 bits. The vector of a key never changes, so a file that
// is older than the database is right in what it holds; keys that are no rows any more are left
// out.

namespace loci::index {
namespace {

constexpr std::uint64_t magic = 0x3176'7465'7376'636cU;
constexpr std::size_t longest_model_id = 4096;
constexpr std::size_t checked_vectors = 32;

struct Header {
    std::uint64_t magic_number = magic;
    std::array<std::uint8_t, 16> database{};
    std::int64_t owner = 0;
    std::uint64_t dimension = 0;
    std::uint64_t model_bytes = 0;
    std::uint64_t vectors = 0;
    std::uint64_t levels = 0;
    std::uint64_t neighbours = 0;
    std::uint64_t twins = 0;
    std::uint64_t lost = 0;
    std::int64_t entry = -1;
};

static_assert(sizeof(Header) == 96 && std::is_trivially_copyable_v<Header>);
static_assert(sizeof(Graph::Twin) == 8 && std::is_trivially_copyable_v<Graph::Twin>);

template <class T>
std::span<std::byte const> bytes_of(std::vector<T> const& numbers) {
    return std::as_bytes(std::span{numbers});
}

/// The file's places: positions of `vectors` that hold a code.
std::vector<std::uint32_t> held_positions(CodeView const& codes, std::size_t end) {
    std::vector<std::uint32_t> positions;
    for (std::uint32_t position = 0; position < std::min(end, codes.end()); ++position) {
        if (codes.holds(position)) {
            positions.push_back(position);
        }
    }
    return positions;
}

Graph::Parts parts_by_place(Graph const* graph, std::vector<std::uint32_t> const& positions) {
    if (graph == nullptr || positions.empty()) {
        return {};
    }
    std::vector<std::uint32_t> places(positions.back() + 1, Graph::nowhere);
    for (std::size_t place = 0; place < positions.size(); ++place) {
        places[positions[place]] = static_cast<std::uint32_t>(place);
    }
    return graph->renumbered(places);
}

void write_segment(BlockWriter& file, SegmentIdentity const& identity, CodeView const& codes,
                   Graph::Parts const& parts, std::vector<std::int64_t> const& keys,
                   std::vector<std::uint32_t> const& positions) {
    Header const header{.database = identity.database.bytes,
                        .owner = identity.owner,
                        .dimension = identity.dimension,
                        .model_bytes = identity.model.size(),
                        .vectors = keys.size(),
                        .levels = parts.levels.size(),
                        .neighbours = parts.neighbours.size(),
                        .twins = parts.twins.size(),
                        .lost = parts.lost,
                        .entry = parts.entry};
    file.write(std::as_bytes(std::span{&header, 1}));
    file.write(std::as_bytes(std::span{identity.model}));
    file.write(bytes_of(keys));
    for (auto const position : positions) {
        file.write(std::as_bytes(std::span{codes.code(position), identity.dimension}));
    }
    file.write(bytes_of(parts.levels));
    file.write(bytes_of(parts.neighbours));
    file.write(bytes_of(parts.twins));
}

/// Reads a file piece by piece, in order.
class Reader {
public:
    explicit Reader(BlockReader file)
        : file_(std::move(file)) {}

    template <class T>
    std::optional<T> one() {
        T value;
        if (!file_.read(std::as_writable_bytes(std::span{&value, 1}))) {
            return std::nullopt;
        }
        return value;
    }

    /// A wrong count meets the end of the file before much memory is taken.
    template <class T>
    std::optional<std::vector<T>> many(std::uint64_t count) {
        constexpr std::uint64_t at_once = 1 << 20;
        std::vector<T> values;
        while (values.size() < count) {
            auto const old = values.size();
            values.resize(old + std::min<std::uint64_t>(count - old, at_once));
            if (!file_.read(std::as_writable_bytes(std::span{values}.subspan(old)))) {
                return std::nullopt;
            }
        }
        return values;
    }

    std::optional<Header> header() {
        auto const header = one<Header>();
        auto const sane = header && header->magic_number == magic &&
                          header->model_bytes <= longest_model_id && header->dimension <= 1U << 20;
        return sane ? header : std::nullopt;
    }

    bool read(std::span<Half> code) { return file_.read(std::as_writable_bytes(code)); }

    bool is_at_end() { return file_.is_at_end(); }

private:
    BlockReader file_;
};

bool belongs_to(Header const& header, SegmentIdentity const& identity, std::string const& model) {
    return SegmentIdentity{Uuid{header.database}, model, header.owner,
                           static_cast<std::size_t>(header.dimension)} == identity;
}

/// What one `load_segment` works with.
struct Loading {
    Reader file;
    SegmentIdentity const& identity;
    SegmentedIndex& vectors;
    std::function<std::optional<std::uint32_t>(std::int64_t)> const& position_of;
    std::function<bool(std::int64_t, std::span<Half const>)> const& is_right;

    bool load() {
        auto const header = file.header();
        auto const model = header ? file.many<char>(header->model_bytes) : std::nullopt;
        if (!model || !belongs_to(*header, identity, {model->begin(), model->end()})) {
            return false;
        }
        auto const keys = file.many<std::int64_t>(header->vectors);
        if (!keys || !std::ranges::is_sorted(*keys, std::ranges::less_equal{})) {
            return false;
        }
        auto const positions = load_codes(*keys);
        return positions && load_graph(*header, *positions) && file.is_at_end();
    }

    /// Where the file's vectors lie now. Some of those in use are compared with what they should
    /// be, the newest ones among them: a database that was set back gives keys out again.
    std::optional<std::vector<std::uint32_t>> load_codes(std::vector<std::int64_t> const& keys) {
        std::vector<std::uint32_t> positions(keys.size(), Graph::nowhere);
        std::size_t live = 0;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (auto const position = position_of(keys[i])) {
                positions[i] = *position;
                ++live;
            }
        }
        std::vector<Half> code(identity.dimension);
        std::size_t met = 0;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (!file.read(code)) {
                return std::nullopt;
            }
            if (positions[i] == Graph::nowhere) {
                continue;
            }
            ++met;
            auto const is_checked =
                met + checked_vectors > live || met % (live / checked_vectors + 1) == 0;
            if (is_checked && !is_right(keys[i], code)) {
                return std::nullopt;
            }
            vectors.add_code(positions[i], code);
        }
        return positions;
    }

    bool load_graph(Header const& header, std::span<std::uint32_t const> positions) {
        Graph::Parts parts;
        auto levels = file.many<std::uint8_t>(header.levels);
        auto neighbours = levels ? file.many<std::int32_t>(header.neighbours) : std::nullopt;
        auto twins = neighbours ? file.many<Graph::Twin>(header.twins) : std::nullopt;
        if (!twins || header.levels > positions.size()) {
            return false;
        }
        if (header.levels == 0) {
            return true;
        }
        auto const by_place = Graph::from({.levels = std::move(*levels),
                                           .neighbours = std::move(*neighbours),
                                           .entry = static_cast<std::int32_t>(header.entry),
                                           .twins = std::move(*twins),
                                           .lost = header.lost});
        if (!by_place) {
            return false;
        }
        auto graph = Graph::from(by_place->renumbered(positions));
        if (graph && graph->size() > 0) {
            vectors.adopt(std::move(graph));
        }
        return true;
    }
};

Result<store::Done> remove_file(std::filesystem::path const& path) {
    std::error_code failed;
    std::filesystem::remove(path, failed);
    if (failed) {
        return Error{.kind = ErrorKind::unavailable,
                     .reason = "FILE_SYSTEM",
                     .message = "cannot remove a file of the index"};
    }
    return store::Done{};
}

/// The keys of a file and where its codes begin; nothing: it is damaged.
struct Keys {
    Header header;
    std::vector<std::int64_t> keys;

    std::uint64_t code_offset(std::size_t place) const {
        return sizeof(Header) + header.model_bytes + keys.size() * sizeof(std::int64_t) +
               place * header.dimension * sizeof(Half);
    }
};

std::optional<Keys> read_keys(Reader& file) {
    auto const header = file.header();
    if (!header || !file.many<char>(header->model_bytes)) {
        return std::nullopt;
    }
    auto keys = file.many<std::int64_t>(header->vectors);
    return keys ? std::optional{Keys{*header, std::move(*keys)}} : std::nullopt;
}

} // namespace

std::filesystem::path segment_path(std::filesystem::path const& directory, std::string_view model,
                                   std::int64_t owner) {
    auto const hash = checksum(std::as_bytes(std::span{model}), 0);
    return directory / fmt::format("{:016x}-{}.vectors", hash, owner);
}

Result<store::Done> save_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                                 SegmentedIndex const& vectors, std::size_t end,
                                 std::function<std::int64_t(std::uint32_t)> const& key_at) {
    // The graph first: all its nodes have codes in a view that is younger.
    auto const graph = vectors.graph();
    auto const codes = vectors.codes();
    auto const positions = held_positions(codes, end);
    std::vector<std::int64_t> keys;
    keys.reserve(positions.size());
    std::ranges::transform(positions, std::back_inserter(keys), key_at);
    auto temporary = path;
    temporary += ".new";
    BlockWriter file{temporary};
    write_segment(file, identity, codes, parts_by_place(graph.get(), positions), keys, positions);
    if (auto const finished = file.finish(); !finished) {
        static_cast<void>(remove_file(temporary));
        return finished.error();
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        return store::file_error("cannot replace a file of the index");
    }
    return store::sync_path(path.parent_path());
}

bool load_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                  SegmentedIndex& vectors,
                  std::function<std::optional<std::uint32_t>(std::int64_t)> const& position_of,
                  std::function<bool(std::int64_t, std::span<Half const>)> const& is_right) {
    auto file = BlockReader::open(path);
    if (!file) {
        return false;
    }
    auto const loaded =
        Loading{Reader{std::move(*file)}, identity, vectors, position_of, is_right}.load();
    if (!loaded) {
        static_cast<void>(remove_file(path));
    }
    return loaded;
}

Result<store::Done> scrub_segment(std::filesystem::path const& path,
                                  std::function<bool(std::int64_t)> const& is_live) {
    auto file = BlockReader::open(path);
    if (!file) {
        return store::Done{};
    }
    Reader reader{std::move(*file)};
    auto const found = read_keys(reader);
    auto const live = found ? std::ranges::count_if(found->keys, is_live) : 0;
    if (!found || live * 2 < std::ranges::ssize(found->keys)) {
        return remove_file(path);
    }
    auto eraser = BlockEraser::open(path);
    auto erased = eraser.has_value();
    for (std::size_t place = 0; erased && place < found->keys.size(); ++place) {
        erased = is_live(found->keys[place]) ||
                 eraser->erase(found->code_offset(place), found->header.dimension * sizeof(Half));
    }
    return erased && eraser->finish() ? Result<store::Done>{store::Done{}} : remove_file(path);
}

} // namespace loci::index
