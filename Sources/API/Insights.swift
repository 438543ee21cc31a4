import Foundation
import Hummingbird
import Reports

/// The reading routes under /v1 beside the report.
struct Insights: Sendable {
  let source: any InsightSource

  func add(to router: Router<BasicRequestContext>) {
    router.get("/v1/plan") { _, _ in
      await Answer.of { () async throws(DeskError) in try await source.plan() }
    }
    router.get("/v1/decisions") { request, _ in
      let since = request.value(of: "since") ?? "7d"
      return await Answer.of { () async throws(DeskError) in
        try await source.decisions(since: since)
      }
    }
    router.get("/v1/explain") { request, _ in
      guard let subject = request.value(of: "subject")?.removingPercentEncoding, !subject.isEmpty
      else {
        return Answer.problem(
          "nothing was asked about", fix: "name a node, a pool or a decision: ?subject=i-0abc",
          status: .badRequest)
      }
      let moment = request.value(of: "at")?.removingPercentEncoding
      return await Answer.of { () async throws(DeskError) in
        try await source.explain(subject, at: moment)
      }
    }
  }
}

extension Answer {
  /// A document, or why there is none.
  static func of(_ work: () async throws(DeskError) -> String) async -> Response {
    do throws(DeskError) { return json(try await work()) } catch {
      let status: HTTPResponse.Status =
        switch error.kind {
        case .badRequest: .badRequest
        case .notFound: .notFound
        case .conflict: .conflict
        case .unavailable: .serviceUnavailable
        }
      return problem(error.message, fix: error.fix, status: status)
    }
  }

  /// What went wrong and what to do, as JSON.
  static func problem(
    _ message: String, fix: String?, status: HTTPResponse.Status
  ) -> Response {
    let members = [JSONValue.Member("error", .string(message))]
    return json(
      JSONValue.object(members + (fix.map { [.init("fix", .string($0))] } ?? [])).text,
      status: status)
  }
}
