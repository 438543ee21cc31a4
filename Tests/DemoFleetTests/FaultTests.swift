import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct FaultTests {
  @Test func `A plan is read from JSON`() throws {
    let json = """
      {"seed": 7, "rules": [{"match": {"service": "exporter", "target": "gpu-03"}, "after": 10,
        "count": 5, "effect": {"kind": "status", "status": 503, "body": "html"}}]}
      """
    let plan = try JSONDecoder().decode(FaultPlan.self, from: Data(json.utf8))
    let rule = FaultRule(
      match: .init(service: .exporter, target: "gpu-03"), after: 10, count: 5,
      effect: FaultEffect(.status, status: 503, body: .html))
    #expect(plan == FaultPlan(rules: [rule], seed: 7))
  }

  @Test func `A rule begins after its count and ends with it`() async throws {
    let rule = FaultRule(
      match: .init(service: .exporter, target: "gpu-1"), after: 1, count: 2,
      effect: FaultEffect(.status, status: 503))
    try await withFleet(plan(faults: [rule])) { _, endpoints in
      var statuses: [Int] = []
      for _ in 1...4 {
        statuses.append(try await scrape(endpoints.targets[1].target).status)
        #expect(try await scrape(endpoints.targets[0].target).status == 200)
      }
      #expect(statuses == [200, 503, 503, 200])
    }
  }

  @Test func `A chance is the same for the same seed, and neither never nor always`() async throws {
    let rule = FaultRule(
      match: .init(service: .exporter), probability: 0.5,
      effect: FaultEffect(.status, status: 503))
    var runs: [[Int]] = []
    for _ in 1...2 {
      try await withFleet(plan(1, faults: [rule])) { _, endpoints in
        var statuses: [Int] = []
        for _ in 1...20 { statuses.append(try await scrape(endpoints.targets[0].target).status) }
        runs.append(statuses)
      }
    }
    #expect(runs[0] == runs[1])
    #expect(Set(runs[0]) == [200, 503])
  }

  @Test func `NaN everywhere`() async throws {
    try await withFault(FaultEffect(.nan)) { target in
      let values = try await scrape(target).values(DeviceField.gpuUtilization.metricName)
      #expect(values.count == 8 && values.allSatisfy(\.isNaN))
    }
  }

  @Test func `One GPU is not listed`() async throws {
    try await withFault(FaultEffect(.missing, gpus: 1)) { target in
      let values = try await scrape(target).values(DeviceField.gpuUtilization.metricName)
      #expect(values.count == 7)
    }
  }

  @Test func `A web page with status 200`() async throws {
    try await withFault(FaultEffect(.html)) { target in
      let page = try await scrape(target)
      #expect(page.status == 200 && page.text.hasPrefix("<!DOCTYPE html>"))
    }
  }

  @Test(arguments: [FaultEffect.Kind.dropBefore, .dropAfter])
  func `The connection ends without an answer`(kind: FaultEffect.Kind) async throws {
    try await withFault(FaultEffect(kind)) { target in
      await #expect(throws: TransportError.broken("closed without an answer")) {
        try await scrape(target)
      }
    }
  }

  @Test(arguments: [
    FaultEffect(.hang), FaultEffect(.slowLoris), FaultEffect(.delay, milliseconds: 2000),
  ])
  func `An answer that is not there in time`(effect: FaultEffect) async throws {
    try await withFault(effect) { target in
      await #expect(throws: TransportError.timedOut(after: .milliseconds(300))) {
        try await scrape(target, within: .milliseconds(300))
      }
    }
  }

  @Test func `A delay is an answer that comes later`() async throws {
    try await withFault(FaultEffect(.delay, milliseconds: 100)) { target in
      let start = ContinuousClock.now
      let page = try await scrape(target)
      #expect(page.status == 200)
      #expect(ContinuousClock.now - start >= .milliseconds(100))
    }
  }

  @Test func `A page that is cut`() async throws {
    try await withFault(FaultEffect(.truncate, share: 0.5)) { target in
      await #expect(throws: TransportError.broken("cut short")) { try await scrape(target) }
    }
  }

  @Test func `The same page again and again`() async throws {
    let time = VirtualTime()
    let rule = FaultRule(match: .init(service: .exporter), effect: FaultEffect(.frozen))
    try await withFleet(plan(1, faults: [rule]), time: time) { fleet, endpoints in
      let first = try await scrape(endpoints.targets[0].target)
      time.advance(by: .seconds(60))
      #expect(try await scrape(endpoints.targets[0].target).body == first.body)
      fleet.faults.replace(with: FaultPlan())
      #expect(try await scrape(endpoints.targets[0].target).body != first.body)
    }
  }

  @Test func `Very many zeros in a small body`() async throws {
    try await withFault(FaultEffect(.zeros, megabytes: 3)) { target in
      let page = try await scrape(target)
      #expect(page.header("Content-Encoding") == "gzip")
      #expect(page.body.count < 40_000)
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gz")
      try Data(page.body).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let outcome = try await PythonJudge.aside(
        [
          "sh", "-c",
          "gzip -t '\(file.path)' && gzip -dc '\(file.path)' | tr -d '\\0' | wc -c; "
            + "gzip -dc '\(file.path)' | wc -c",
        ], limit: 30)
      #expect(outcome.output.split(separator: "\n") == ["0", "3145728"])
      #expect(outcome.errors == "")
    }
  }

  @Test func `A clock that is off`() async throws {
    try await withFault(FaultEffect(.skew, seconds: 3600)) { target in
      let ahead = try #require(try await scrape(target).header("Date"))
      let format = DateFormatter()
      format.locale = Locale(identifier: "en_US_POSIX")
      format.timeZone = TimeZone(identifier: "UTC")
      format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      let date = try #require(format.date(from: ahead))
      #expect(abs(date.timeIntervalSinceNow - 3600) < 5)
    }
  }

  @Test(arguments: [(FaultEffect.Kind.dropBefore, 0), (.dropAfter, 1)])
  func `A lost answer of the cloud, before and after its effect`(
    kind: FaultEffect.Kind, made: Int
  ) async throws {
    let rule = FaultRule(
      match: .init(service: .ec2, action: "RunInstances"), count: 1, effect: FaultEffect(kind))
    try await withFleet(plan(1, faults: [rule])) { fleet, endpoints in
      let run =
        "Action=RunInstances&ImageId=ami-1&InstanceType=g5.xlarge&MinCount=1&MaxCount=1"
        + "&ClientToken=t"
      await #expect(throws: TransportError.self) { try await ask(endpoints.ec2, run) }
      #expect(fleet.ec2.instances(ofToken: "t").count == made)
      let again = try await ask(endpoints.ec2, run)
      #expect(again.status == 200)
      #expect(fleet.ec2.instances(ofToken: "t").count == 1)
    }
  }

  @Test func `An error of the cloud has no effect`() async throws {
    let rule = FaultRule(
      match: .init(service: .ec2, action: "StopInstances"), count: 1,
      effect: FaultEffect(.error, status: 503, code: "RequestLimitExceeded"))
    try await withFleet(plan(1, faults: [rule])) { fleet, endpoints in
      let node = endpoints.targets[0].node
      let reply = try await ask(endpoints.ec2, "Action=StopInstances&InstanceId.1=\(node)")
      #expect(reply.status == 503 && reply.text.contains("<Code>RequestLimitExceeded</Code>"))
      #expect(fleet.ec2.state(of: node) == .running)
    }
  }

  private func withFault(
    _ effect: FaultEffect, _ body: (Target) async throws -> Void
  ) async throws {
    let rule = FaultRule(match: .init(service: .exporter), effect: effect)
    try await withFleet(plan(1, faults: [rule])) { _, endpoints in
      try await body(endpoints.targets[0].target)
    }
  }
}
