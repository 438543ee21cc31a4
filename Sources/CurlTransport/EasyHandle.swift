import CLibCurl
import FleetModel
import Glibc
import Ports

/// One libcurl easy handle: set up for an exchange, used, cleared, used again.
@safe final class EasyHandle {
  /// libcurl reads once between two polls, so a buffer that takes an 8-GPU node's whole scrape
  /// (63 kB) saves four of each beside libcurl's own 16 KiB.
  private static let bufferBytes = 96 << 10

  let raw: UnsafeMutableRawPointer
  private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
  private var isRefused = false

  init?() {
    guard let raw = unsafe curl_easy_init() else { return nil }
    unsafe self.raw = raw
  }

  deinit {
    clear()
    unsafe curl_easy_cleanup(raw)
  }

  /// Forgets the exchange; connections are the multi handle's and stay.
  func clear() {
    unsafe curl_easy_reset(raw)
    while let list = unsafe lists.popLast() { unsafe curl_slist_free_all(list) }
    isRefused = false
  }

  /// False when libcurl did not take an option: then nothing may be sent.
  func prepare(_ exchange: Exchange, _ options: TransportOptions, forgettingName: Bool) -> Bool {
    setPolicy(options)
    setLimits(exchange.request.limits)
    setRequest(exchange.request, to: exchange.authority)
    if exchange.isStream { set(CURLOPT_ACCEPT_ENCODING, "identity") }
    setReuse(exchange)
    setCallbacks(exchange)
    setHeaders(exchange.request)
    if let signing = exchange.request.signing { setSigning(signing) }
    if let tls = exchange.request.tls { setTLS(tls, exchange.authority) }
    if forgettingName {
      setList(CURLOPT_RESOLVE, ["-\(exchange.authority.key)"])
    }
    return !isRefused
  }

  /// The request's bytes that libcurl has handed to the connection.
  var sentBytes: Int { info(CURLINFO_REQUEST_SIZE) }
  var status: Int { info(CURLINFO_RESPONSE_CODE) }

  private func info(_ key: CURLINFO) -> Int {
    var value = 0
    return unsafe finops_info_long(raw, key, &value) == CURLE_OK ? value : 0
  }
}

extension EasyHandle {
  /// The same for every request (RELIABILITY §4): nothing is followed, guessed or taken from the
  /// environment.
  private func setPolicy(_ options: TransportOptions) {
    set(CURLOPT_NOSIGNAL, 1)
    // A name server that does not answer holds up its own request, never the loop: without this,
    // libcurl waits for its look-up thread when a transfer passes its time limit (asyn-thread.c).
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_MAXREDIRS, 0)
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_NETRC, 0)
    set(CURLOPT_UNRESTRICTED_AUTH, 0)
    set(CURLOPT_PROXY, "")
    set(CURLOPT_ACCEPT_ENCODING, "gzip")
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_BUFFERSIZE, Self.bufferBytes)
    set(CURLOPT_USERAGENT, options.userAgent)
    if let file = options.certificateAuthorities { set(CURLOPT_CAINFO, file) }
  }

  /// Less than 100 bytes a second for half the time there is, 3 to 10 s, is a peer that will not
  /// end (slow loris); waiting for the answer counts, so short limits are left to their total.
  private func setLimits(_ limits: HTTPLimits) {
    set(CURLOPT_TIMEOUT_MS, limits.total.milliseconds)
    set(CURLOPT_CONNECTTIMEOUT_MS, min(limits.connect, limits.total).milliseconds)
    set(CURLOPT_LOW_SPEED_LIMIT, limits.idle == nil ? 100 : 1)
    let usual = min(10, max(3, limits.total.milliseconds / 2000))
    set(CURLOPT_LOW_SPEED_TIME, limits.idle.map { max(1, $0.milliseconds / 1000) } ?? usual)
  }

  private func setRequest(_ request: HTTPRequest, to authority: Authority) {
    set(CURLOPT_URL, authority.url(named: request.tls?.serverName) ?? request.url)
    // Prior knowledge is for plain TCP; with TLS libcurl offers h2 and http/1.1 all the same.
    if request.version == .http2 {
      set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
    }
    switch request.method {
    case "GET" where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
    case "HEAD": set(CURLOPT_NOBODY, 1)
    case "POST": setBody(request.body)
    default:
      if !request.body.isEmpty { setBody(request.body) }
      set(CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  /// libcurl copies the body; the signature is made of POSTFIELDS and nothing else.
  private func setBody(_ body: [UInt8]) {
    set(CURLOPT_POST, 1)
    unsafe take(finops_easy_size(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    unsafe body.withUnsafeBytes { bytes in
      guard unsafe !bytes.isEmpty else { return set(CURLOPT_COPYPOSTFIELDS, "") }
      unsafe take(
        finops_easy_pointer(
          raw, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
    }
  }

  /// A kept connection that turns out dead makes libcurl send again by itself. A GET bears that; a
  /// change must not be sent twice, so it gets its own connection. So does a request held to
  /// public addresses: a kept connection was never looked at. Over HTTP/2 it sends again, five times
  /// at most, what the server says it has not begun (REFUSED_STREAM; RFC 9113, 8.7): that is safe.
  ///
  /// Names of plain http hosts are kept until a connection fails, because any expiry makes libcurl
  /// walk its whole cache after each transfer (multi.c, Curl_hostcache_prune). Clouds move, so
  /// names of https hosts are looked up again after a minute.
  private func setReuse(_ exchange: Exchange) {
    let request = exchange.request
    let isSafe = request.method == "GET" || request.method == "HEAD"
    if !isSafe || request.reach != .any {
      set(CURLOPT_FRESH_CONNECT, 1)
      set(CURLOPT_FORBID_REUSE, 1)
    }
    set(CURLOPT_DNS_CACHE_TIMEOUT, exchange.authority.isHTTPS ? 60 : -1)
  }

  private func setCallbacks(_ exchange: Exchange) {
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    unsafe take(finops_easy_pointer(raw, CURLOPT_WRITEDATA, context))
    unsafe take(finops_easy_pointer(raw, CURLOPT_HEADERDATA, context))
    unsafe take(finops_easy_receive(raw, CURLOPT_WRITEFUNCTION, receiveBody))
    unsafe take(finops_easy_receive(raw, CURLOPT_HEADERFUNCTION, receiveHeader))
    if exchange.request.reach != .any {
      unsafe take(finops_easy_pointer(raw, CURLOPT_OPENSOCKETDATA, context))
      unsafe take(finops_easy_open_socket(raw, openSocket))
    }
    if exchange.request.permit != nil {
      unsafe take(finops_easy_pointer(raw, CURLOPT_PREREQDATA, context))
      unsafe take(finops_easy_before_request(raw, beforeRequest))
    }
  }

  private func setHeaders(_ request: HTTPRequest) {
    var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    if case .awsSigV4(_, _, let credentials) = request.signing {
      if let token = credentials.sessionToken {
        lines.append("X-Amz-Security-Token: \(token.reveal())")
      }
    } else {
      let names = Set(request.headers.map { $0.name.lowercased() })
      if request.tls?.serverName != nil, !names.contains("host"),
        let key = Authority(url: request.url)?.key
      {
        lines.append("Host: \(key)")
      }
      // libcurl would add these by itself; a removed header must never meet a signature.
      lines += ["Expect", "Content-Type"].filter { !names.contains($0.lowercased()) }.map {
        "\($0):"
      }
    }
    setList(CURLOPT_HTTPHEADER, lines)
  }

  /// libcurl would go on trusting the system's folder beside the given list (openssl.c), so that
  /// is taken away. It has no option for the name alone: the URL says it, and the connection goes
  /// where the URL said before.
  private func setTLS(_ tls: HTTPTLS, _ authority: Authority) {
    if let authorities = tls.authorities {
      set(CURLOPT_CAINFO_BLOB, pem: authorities)
      unsafe take(finops_easy_text(raw, CURLOPT_CAPATH, nil))
    }
    if let identity = tls.identity {
      set(CURLOPT_SSLCERT_BLOB, pem: identity.certificate)
      set(CURLOPT_SSLKEY_BLOB, pem: identity.key.reveal())
    }
    if !tls.verifies {
      set(CURLOPT_SSL_VERIFYPEER, 0)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let name = tls.serverName {
      setList(CURLOPT_CONNECT_TO, ["\(name):\(authority.port):\(authority.key)"])
    }
  }

  private func setSigning(_ signing: HTTPSigning) {
    guard case .awsSigV4(let service, let region, let credentials) = signing else { return }
    set(CURLOPT_AWS_SIGV4, "aws:amz:\(region):\(service)")
    set(CURLOPT_USERNAME, credentials.accessKeyID)
    set(CURLOPT_PASSWORD, credentials.secretAccessKey.reveal())
  }

  private func set(_ option: CURLoption, pem: String) {
    let bytes = Array(pem.utf8)
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe take(finops_easy_blob(raw, option, bytes.baseAddress, bytes.count))
    }
  }

  private func set(_ option: CURLoption, _ value: Int) {
    unsafe take(finops_easy_long(raw, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) {
    unsafe take(finops_easy_text(raw, option, value))
  }

  private func setList(_ option: CURLoption, _ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = unsafe curl_slist_append(list, line) else {
        isRefused = true
        break
      }
      unsafe list = longer
    }
    guard let list = unsafe list else { return }
    unsafe lists.append(list)
    unsafe take(finops_easy_list(raw, option, list))
  }

  private func take(_ code: CURLcode) {
    if code != CURLE_OK { isRefused = true }
  }
}

/// libcurl's callbacks; the context is the exchange, which its loop holds until the end.
private let receiveBody: finops_receive = { bytes, size, count, context in
  guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  // Any other number than what came makes libcurl end the transfer; 0 may be what came.
  return unsafe exchange.receive(chunk) ? size * count : size * count + 1
}

private let receiveHeader: finops_receive = { bytes, size, count, context in
  guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return unsafe exchange.receiveHeader(line) ? size * count : size * count + 1
}

private let openSocket: finops_open_socket = { context, _, address in
  guard let context = unsafe context, let address = unsafe address else { return -1 }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  // The address goes on past the end of the C struct's last member (curl_sockaddr, curl.h).
  let offset = MemoryLayout<curl_sockaddr>.offset(of: \curl_sockaddr.addr) ?? 16
  let bytes = unsafe UnsafeRawBufferPointer(
    start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
  guard let peer = unsafe Address(family: address.pointee.family, sockaddr: bytes),
    exchange.allows(peer)
  else {
    exchange.refusedAddress = true
    return -1
  }
  return unsafe socket(
    address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
    address.pointee.protocol)
}

/// Asked on every connection, a kept one too, when nothing is left to wait for: the name is looked
/// up, the connection stands, TLS is agreed on, and the request's bytes are written next.
private let beforeRequest: finops_before_request = { context, _, _, _, _ in
  guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  return exchange.mayLeave() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension Duration {
  /// At least one: to libcurl zero means no limit.
  var milliseconds: Int { max(1, Int(clamping: microseconds / 1000)) }
}
