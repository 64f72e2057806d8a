#include "shell_support.hpp"
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <loci/base/transport.hpp>
#include <memory>
#include <openssl/ssl.h>
#include <openssl/x509.h>

using namespace loci;
using namespace loci::tests;

namespace {

template <auto function>
struct Calls {
    template <class T>
    void operator()(T* object) const {
        function(object);
    }
};

using File = std::unique_ptr<std::FILE, Calls<std::fclose>>;
using Key = std::unique_ptr<EVP_PKEY, Calls<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Calls<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Calls<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Calls<SSL_free>>;

// A self-signed certificate and its key as PEM files.
void write_certificate(std::string const& certificate_file, std::string const& key_file) {
    Key const key(EVP_EC_gen("P-256"));
    Certificate const certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<unsigned char const*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    File const first(std::fopen(certificate_file.c_str(), "w"));
    REQUIRE(PEM_write_X509(first.get(), certificate.get()) == 1);
    File const second(std::fopen(key_file.c_str(), "w"));
    REQUIRE(PEM_write_PrivateKey(second.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
            1);
}

struct TlsFixture {
    TemporaryDirectory directory;
    std::string certificate = (directory.path() / "certificate.pem").string();
    std::string key = (directory.path() / "key.pem").string();
    FakeService service;
    std::unique_ptr<TestServer> server;

    TlsFixture() {
        write_certificate(certificate, key);
        service.body_limit = 8 * 1024 * 1024;
        service.on_handle = [](server::Request request) {
            return server::Response{.body = (request.head.secure ? "secure " : "plain ") +
                                            request.body};
        };
        server = std::make_unique<TestServer>(service,
                                              server::ServerOptions{.certificate_file = certificate,
                                                                    .key_file = key,
                                                                    .max_connections = 4,
                                                                    .header_timeout = 300ms});
    }
};

// A blocking TLS client over the plain one's socket.
class TlsClient {
public:
    explicit TlsClient(HttpClient client, int version = TLS1_3_VERSION)
        : client_(std::move(client))
        , context_(SSL_CTX_new(TLS_client_method()))
        , session_(nullptr) {
        ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets that the server has closed
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        SSL_CTX_set_cipher_list(context_.get(), "DEFAULT:@SECLEVEL=0");
        session_.reset(SSL_new(context_.get()));
        client_.connect();
        SSL_set_fd(session_.get(), client_.socket());
    }

    bool handshake() { return SSL_connect(session_.get()) == 1; }

    void send(std::string_view text) {
        REQUIRE(SSL_write(session_.get(), text.data(), static_cast<int>(text.size())) ==
                static_cast<int>(text.size()));
    }

    // Until the text is there, or the end.
    std::string read_until(std::string_view end) {
        std::string text;
        char buffer[4096];
        while (text.find(end) == std::string::npos) {
            int const count = SSL_read(session_.get(), buffer, sizeof buffer);
            if (count <= 0) {
                clean_end = SSL_get_error(session_.get(), count) == SSL_ERROR_ZERO_RETURN;
                break;
            }
            text.append(buffer, static_cast<std::size_t>(count));
        }
        return text;
    }

    bool clean_end = false;

private:
    HttpClient client_;
    Context context_;
    Session session_;
};

} // namespace

TEST_CASE("TLS 1.2 and 1.3 serve as plain connections do", "[http][shell][tls]") {
    TlsFixture fixture;
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(fixture.server->client(), version);
        REQUIRE(client.handshake());
        for (int i = 0; i < 3; ++i) {
            client.send("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
            CHECK(client.read_until("secure body").find("200 OK") != std::string::npos);
        }
        client.send("GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        client.read_until("no such text");
        CHECK(client.clean_end);
    }
}

TEST_CASE("large bodies pass under TLS", "[http][shell][tls]") {
    TlsFixture fixture;
    TlsClient client(fixture.server->client());
    REQUIRE(client.handshake());
    std::string const body(3'000'000, 'b');
    client.send("POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    auto const text = client.read_until("no such text");
    CHECK(text.substr(text.find("\r\n\r\n") + 4) == "secure " + body);
}

TEST_CASE("older TLS, plain text and silence are turned away", "[http][shell][tls]") {
    TlsFixture fixture;
    CHECK_FALSE(TlsClient(fixture.server->client(), TLS1_1_VERSION).handshake());
    auto plain = fixture.server->client();
    plain.send_raw(plain.compose("GET", "/read", {}, {}));
    CHECK(plain.wait_closed());
    auto silent = fixture.server->client();
    silent.connect();
    CHECK(silent.wait_closed());
    CHECK(eventually([&] { return (*fixture.server)->statistics().connections == 0; }));
}

TEST_CASE("under TLS connections beyond the limit are closed", "[http][shell][tls]") {
    TlsFixture fixture;
    std::vector<std::unique_ptr<TlsClient>> inside;
    for (int i = 0; i < 4; ++i) {
        inside.push_back(std::make_unique<TlsClient>(fixture.server->client()));
        REQUIRE(inside.back()->handshake());
    }
    CHECK_FALSE(TlsClient(fixture.server->client()).handshake());
}

TEST_CASE("a stop during handshakes and idle sessions does not wait", "[http][shell][tls]") {
    TlsFixture fixture;
    TlsClient idle(fixture.server->client());
    REQUIRE(idle.handshake());
    auto silent = fixture.server->client();
    silent.connect();
    REQUIRE(eventually([&] { return (*fixture.server)->statistics().connections == 2; }));
    (*fixture.server)->stop();
    CHECK((*fixture.server)->statistics().connections == 0);
}

TEST_CASE("a bad certificate or key is named at the start", "[http][shell][tls]") {
    TlsFixture fixture;
    auto const path = [&](char const* name) { return (fixture.directory.path() / name).string(); };
    std::ofstream(path("garbage.pem")) << "garbage";
    write_certificate(path("other.pem"), path("other-key.pem"));
    auto const faulty_field = [&](std::string certificate, std::string key) {
        server::Server server(
            {.certificate_file = std::move(certificate), .key_file = std::move(key)},
            fixture.service, system_environment(), server::Log::none());
        auto const started = server.start();
        return started ? std::string("none") : started.error().fields.at(0).path;
    };
    CHECK(faulty_field(fixture.certificate, fixture.key) == "none");
    CHECK(faulty_field(path("missing.pem"), fixture.key) == "certificate_file");
    CHECK(faulty_field(path("garbage.pem"), fixture.key) == "certificate_file");
    CHECK(faulty_field("", fixture.key) == "certificate_file");
    CHECK(faulty_field(fixture.certificate, "") == "key_file");
    CHECK(faulty_field(fixture.certificate, path("garbage.pem")) == "key_file");
    CHECK(faulty_field(fixture.certificate, path("other-key.pem")) == "key_file");
}

TEST_CASE("the outbound transport trusts a certificate that it was given, and no other",
          "[http][tls][transport]") {
    TlsFixture const fixture;
    auto const url = "https://localhost:" + std::to_string(fixture.server->port()) + "/";
    auto const transport = curl_transport();
    auto const send = [&](std::string const& authority, std::string const& target) {
        return transport->send({.method = "POST",
                                .url = target,
                                .body = "over TLS",
                                .certificate_authority_file = authority});
    };
    for (int time = 0; time < 2; ++time) { // the second goes over a kept connection
        auto const answer = send(fixture.certificate, url);
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body == "secure over TLS");
    }
    auto const other = (fixture.directory.path() / "other.pem").string();
    write_certificate(other, (fixture.directory.path() / "other_key.pem").string());
    for (auto const& authority : {other, std::string{}}) {
        auto const refused = send(authority, url);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::unavailable);
        CHECK(refused.error().reason == "CERTIFICATE_REFUSED");
    }
    // The certificate is for another name than this.
    auto const address = "https://127.0.0.1:" + std::to_string(fixture.server->port()) + "/";
    CHECK(send(fixture.certificate, address).error().reason == "CERTIFICATE_REFUSED");
    auto const absent = send((fixture.directory.path() / "absent.pem").string(), url);
    CHECK(absent.error().reason == "CERTIFICATE_REFUSED");
}
