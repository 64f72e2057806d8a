#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace loci::cli {

/// One event of a `text/event-stream`.
struct StreamEvent {
    std::string name;
    std::string data;
};

/// Cuts an event stream, fed in pieces of any size, into events. Comments and fields that we do not
/// use are passed over.
class EventStreamReader {
public:
    /// `take` may end the stream by returning false.
    explicit EventStreamReader(std::function<bool(StreamEvent const&)> take);

    /// False once `take` wanted no more.
    bool feed(std::string_view piece);

private:
    bool line(std::string_view text);
    std::function<bool(StreamEvent const&)> take_;
    std::string rest_;
    StreamEvent event_;
};

} // namespace loci::cli
