extension FakeAWSApps {
  /// Lets an account's server answer for these services too, on its one endpoint; this one need
  /// not be started then.
  public func join(_ cloud: FakeEC2) {
    for api in Account.API.allCases { cloud.attach(Joined(api: api, account: account)) }
  }

  /// One service as the account's server asks for it.
  private struct Joined: FakeAWSService {
    let api: Account.API
    let account: Account

    var service: FaultRule.Service { api.faults }

    func operation(of asked: LoopbackServer.Asked) -> String? {
      let (found, operation) = Account.action(asked)
      guard found == api, api != .spot || operation == "DescribeSpotPriceHistory" else {
        return nil
      }
      return operation
    }

    func answer(_ asked: LoopbackServer.Asked, _ operation: String) -> Answer {
      account.answer(asked)
    }

    func refusal(_ code: String, _ status: Int, _ message: String) -> Answer {
      let refused = FakeRefusal(code: code, message: message, status: status)
      return Account.refusal(refused, xml: api == .spot)
    }
  }
}
