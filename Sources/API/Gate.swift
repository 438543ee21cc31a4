import Hummingbird

/// Stands before every route: who may ask, how, and what a browser may do with the answer.
struct Gate: RouterMiddleware {
  typealias Context = BasicRequestContext

  /// Who shows this may act; nil: nobody may.
  var token: APIToken?

  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = await answer(request, context: context, next: next)
    for field in Self.headers { response.headers[field.name] = field.value }
    return response
  }

  private func answer(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async -> Response {
    if let refusal = refusal(of: request) { return refusal }
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      return Answer.text("\(error.status.reasonPhrase.lowercased())\n", status: error.status)
    } catch {
      return Answer.text("internal error\n", status: .internalServerError)
    }
  }

  private func refusal(of request: Request) -> Response? {
    // A page of another site can make its own name resolve to 127.0.0.1 and then read what we
    // answer; its name in Host gives it away (DNS rebinding).
    guard Self.isLocal(request.head.authority) else {
      return Answer.text("this server answers to localhost only\n", status: .misdirectedRequest)
    }
    if request.method == .post, Orders.isOrder(request.uri.path) {
      return Orders.refusal(of: request, token: token)
    }
    guard request.method == .get || request.method == .head else {
      var response = Answer.text("only GET and HEAD\n", status: .methodNotAllowed)
      response.headers[.allow] = "GET, HEAD"
      response.headers[.connection] = "close"
      return response
    }
    let length = request.headers[.contentLength] ?? "0"
    guard length == "0", request.headers[.transferEncoding] == nil else {
      var response = Answer.text("a request has no body here\n", status: .contentTooLarge)
      response.headers[.connection] = "close"
      return response
    }
    return nil
  }

  /// Any port: a tunnel may have another one than we listen on.
  static func isLocal(_ authority: String?) -> Bool {
    guard let authority else { return false }
    for name in ["127.0.0.1", "localhost", "[::1]"] where authority.lowercased().hasPrefix(name) {
      let rest = authority.dropFirst(name.count)
      if rest.isEmpty { return true }
      let port = rest.dropFirst()
      return rest.first == ":" && (1...5).contains(port.count)
        && port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return false
  }

  /// Nothing is loaded from anywhere, nothing runs, nobody frames us, nothing is kept.
  private static let headers: HTTPFields = [
    .contentSecurityPolicy:
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'",
    .xContentTypeOptions: "nosniff",
    .cacheControl: "no-store",
  ]
}
