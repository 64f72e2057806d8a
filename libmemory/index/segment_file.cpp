#include "index/segment_file.hpp"

#include "index/block_file.hpp"
#include "index/huge_pages.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <iterator>

// The stream of a block file (`block_file.cpp`), numbers little-endian:
//
// segment    := header model row{vectors} code{vectors} graph
// header     := magic database owner dimension model_bytes vectors levels neighbours twins lost
//               entry                    64 bits each, but for the database
// magic      := also the format's version
// database   := 16 bytes
// row        := key recorded_at          64 bits each; keys ascend
// code       := half{dimension}
// graph      := level{levels} neighbour{neighbours} twin{twins}
// level      := 8 bits; of the vector at the same place, 0: not in the graph
// neighbour  := 32 bits; the place of a vector, -1: free (`Graph::Parts`)
// twin       := node position            32 bits each; places of equal vectors
//
// Keys are given out in the order of commits, and the vector of a key never changes: each row says
// which commit its vector reflects. So a file that is older than the database is right in what it
// holds; rows that are no more are left out, and newer ones are added to what was loaded.

namespace loci::index {
namespace {

constexpr std::uint64_t magic = 0x3276'7465'7376'636cU;
constexpr std::size_t longest_model_id = 4096;
constexpr std::size_t checked_vectors = 32;
constexpr std::string_view extension = ".vectors";
constexpr std::string_view unfinished = ".new";

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
static_assert(sizeof(SegmentRow) == 16 && std::is_trivially_copyable_v<SegmentRow>);
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
                   Graph::Parts const& parts, std::vector<SegmentRow> const& rows,
                   std::vector<std::uint32_t> const& positions) {
    Header const header{.database = identity.database.bytes,
                        .owner = identity.owner,
                        .dimension = identity.dimension,
                        .model_bytes = identity.model.size(),
                        .vectors = rows.size(),
                        .levels = parts.levels.size(),
                        .neighbours = parts.neighbours.size(),
                        .twins = parts.twins.size(),
                        .lost = parts.lost,
                        .entry = parts.entry};
    file.write(std::as_bytes(std::span{&header, 1}));
    file.write(std::as_bytes(std::span{identity.model}));
    file.write(bytes_of(rows));
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
    /// `bytes`: that the file has.
    Reader(BlockReader file, std::uint64_t bytes)
        : file_(std::move(file))
        , bytes_(bytes) {}

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
        values.reserve(std::min(count, bytes_ / sizeof(T)));
        prefer_huge_pages(values.data(), values.capacity() * sizeof(T));
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
    std::uint64_t bytes_;
};

std::uint64_t size_of(std::filesystem::path const& path) {
    std::error_code failed;
    auto const bytes = std::filesystem::file_size(path, failed);
    return failed ? 0 : bytes;
}

bool belongs_to(Header const& header, SegmentIdentity const& identity, std::string const& model) {
    return SegmentIdentity{Uuid{header.database}, model, header.owner,
                           static_cast<std::size_t>(header.dimension)} == identity;
}

bool lie_at_their_places(std::span<std::uint32_t const> positions) noexcept {
    std::uint32_t place = 0;
    return std::ranges::all_of(positions,
                               [&](std::uint32_t position) { return position == place++; });
}

/// What one `load_segment` works with.
struct Loading {
    Reader file;
    SegmentIdentity const& identity;
    SegmentedIndex& vectors;
    SegmentRows const& rows;

    bool load() {
        auto const header = file.header();
        auto const model = header ? file.many<char>(header->model_bytes) : std::nullopt;
        if (!model || !belongs_to(*header, identity, {model->begin(), model->end()})) {
            return false;
        }
        auto const stored = file.many<SegmentRow>(header->vectors);
        if (!stored ||
            !std::ranges::is_sorted(*stored, std::ranges::less_equal{}, &SegmentRow::key)) {
            return false;
        }
        auto const positions = find_rows(*stored);
        return positions && load_codes(*stored, *positions) && load_graph(*header, *positions) &&
               file.is_at_end();
    }

    /// Where the file's vectors lie now.
    std::optional<std::vector<std::uint32_t>> find_rows(std::vector<SegmentRow> const& stored) {
        std::vector<std::uint32_t> positions(stored.size(), Graph::nowhere);
        for (std::size_t place = 0; place < stored.size(); ++place) {
            auto const [key, recorded_at] = stored[place];
            if (auto const found = rows.find(key)) {
                if (found->recorded_at != recorded_at) {
                    return std::nullopt;
                }
                positions[place] = found->position;
                ++live;
            }
        }
        return positions;
    }

    bool load_codes(std::vector<SegmentRow> const& stored,
                    std::span<std::uint32_t const> positions) {
        std::vector<Half> code(identity.dimension);
        std::size_t met = 0;
        for (std::size_t place = 0; place < stored.size(); ++place) {
            if (!file.read(code)) {
                return false;
            }
            if (positions[place] == Graph::nowhere) {
                continue;
            }
            ++met;
            auto const is_checked =
                met + checked_vectors > live || met % (live / checked_vectors + 1) == 0;
            if (is_checked && !rows.has_code(stored[place].key, code)) {
                return false;
            }
            vectors.add_code(positions[place], code);
        }
        return true;
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
        auto graph = Graph::from({.levels = std::move(*levels),
                                  .neighbours = std::move(*neighbours),
                                  .entry = static_cast<std::int32_t>(header.entry),
                                  .twins = std::move(*twins),
                                  .lost = header.lost});
        if (!graph) {
            return false;
        }
        if (!lie_at_their_places(positions)) {
            graph = Graph::from(graph->renumbered(positions));
        }
        if (graph && graph->size() > 0) {
            vectors.adopt(std::move(graph));
        }
        return true;
    }

    std::size_t live = 0; ///< vectors of known rows
};

std::string prefix_of(std::string_view model) {
    return fmt::format("{:016x}-", checksum(std::as_bytes(std::span{model}), 0));
}

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
        return sizeof(Header) + header.model_bytes + keys.size() * sizeof(SegmentRow) +
               place * header.dimension * sizeof(Half);
    }
};

std::optional<Keys> read_keys(Reader& file) {
    auto const header = file.header();
    if (!header || !file.many<char>(header->model_bytes)) {
        return std::nullopt;
    }
    auto const rows = file.many<SegmentRow>(header->vectors);
    if (!rows) {
        return std::nullopt;
    }
    Keys found{*header, {}};
    std::ranges::transform(*rows, std::back_inserter(found.keys), &SegmentRow::key);
    return found;
}

} // namespace

std::filesystem::path segment_path(std::filesystem::path const& directory, std::string_view model,
                                   std::int64_t owner) {
    return directory / fmt::format("{}{}{}", prefix_of(model), owner, extension);
}

bool is_segment_path(std::filesystem::path const& path) {
    return path.extension() == extension ||
           (path.extension() == unfinished && path.stem().extension() == extension);
}

bool is_segment_path_of(std::filesystem::path const& path, std::string_view model) {
    return path.extension() == extension && path.filename().string().starts_with(prefix_of(model));
}

Result<store::Done> save_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                                 SegmentedIndex const& vectors, std::size_t end,
                                 std::function<SegmentRow(std::uint32_t)> const& row_at) {
    // The graph first: all its nodes have codes in a view that is younger.
    auto const graph = vectors.graph();
    auto const codes = vectors.codes();
    auto const positions = held_positions(codes, end);
    std::vector<SegmentRow> rows;
    rows.reserve(positions.size());
    std::ranges::transform(positions, std::back_inserter(rows), row_at);
    auto temporary = path;
    temporary += unfinished;
    BlockWriter file{temporary};
    write_segment(file, identity, codes, parts_by_place(graph.get(), positions), rows, positions);
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
                  SegmentedIndex& vectors, SegmentRows const& rows) {
    auto file = BlockReader::open(path);
    if (!file) {
        return false;
    }
    auto const loaded =
        Loading{Reader{std::move(*file), size_of(path)}, identity, vectors, rows}.load();
    if (!loaded) {
        static_cast<void>(remove_file(path));
    }
    return loaded;
}

Result<store::Done>
scrub_segment(std::filesystem::path const& path,
              std::function<std::vector<bool>(std::span<std::int64_t const>)> const& which_live) {
    auto file = BlockReader::open(path);
    if (!file) {
        return store::Done{};
    }
    Reader reader{std::move(*file), size_of(path)};
    auto const found = read_keys(reader);
    auto const live = found ? which_live(found->keys) : std::vector<bool>{};
    auto const dead = std::ranges::count(live, false);
    if (!found || dead * 2 >= std::ranges::ssize(live) || path.extension() == unfinished) {
        return remove_file(path);
    }
    if (dead == 0) {
        return store::Done{};
    }
    auto eraser = BlockEraser::open(path);
    auto erased = eraser.has_value();
    for (std::size_t place = 0; erased && place < live.size(); ++place) {
        erased = live[place] ||
                 eraser->erase(found->code_offset(place), found->header.dimension * sizeof(Half));
    }
    return erased && eraser->finish() ? Result<store::Done>{store::Done{}} : remove_file(path);
}

} // namespace loci::index
