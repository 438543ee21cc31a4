import CLibCurl
import Ports

/// What libcurl's result means to the sender.
enum Outcome {
  static func result(
    of exchange: Exchange, _ code: CURLcode, status: Int, sentBytes: Int
  ) -> Result<HTTPResponse, TransportError> {
    if exchange.isTooLarge {
      return .failure(.tooLarge(limit: exchange.request.limits.decodedBytes))
    }
    if exchange.hasTooManyHeaders {
      return .failure(.broken("more than \(Exchange.maximumHeaderBytes) bytes of headers"))
    }
    guard code != CURLE_OK, !exchange.isEnough else {
      return .success(
        HTTPResponse(status: status, headers: exchange.headers, body: exchange.takeBody()))
    }
    return .failure(error(of: exchange, code, sentBytes: sentBytes))
  }

  /// Only where not a byte of the request left us is it certain that nothing was done with it.
  private static func error(
    of exchange: Exchange, _ code: CURLcode, sentBytes: Int
  ) -> TransportError {
    if exchange.refusedAddress {
      return .notSent("\(exchange.authority.host) is not at a public address")
    }
    if let lateness = exchange.lateness, sentBytes == 0 { return .tooLate(lateness) }
    let words = unsafe String(cString: curl_easy_strerror(code))
    if sentBytes == 0 { return .notSent("\(exchange.authority.key): \(words)") }
    if code == CURLE_OPERATION_TIMEDOUT {
      let limits = exchange.request.limits
      return .timedOut(after: limits.idle ?? limits.total)
    }
    return .broken("\(exchange.authority.key): \(words)")
  }
}
