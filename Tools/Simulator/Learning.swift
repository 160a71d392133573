/// The values of replies that later requests use: identifiers, sessions, secrets.

import Accounts

extension Clients {
    mutating func learn(from answer: Answer, _ sent: Sent) {
        guard answer.isOK else { return }
        if let session = answer["session"] {
            draw.learn(session: session)
            let msisdn = sent.msisdn ?? answer["challenge"].flatMap { challenged[$0] }
            if let msisdn { draw.learn(owner: "\(msisdn) \(session)") }
        }
        switch sent.words[0] {
        case "ORDERS": for row in answer.rows { if let order = row["order"] { draw.learn(order: order) } }
        case "TOPUP.REQUEST", "PAYMENT.REQUESTS":
            for fields in [answer.fields] + answer.rows {
                if let msisdn = fields["msisdn"], let request = fields["request"] {
                    draw.learn(request: "\(msisdn) \(request)")
                }
            }
        case "TOPUP", "VOUCHER.REDEEM":
            guard let payment = answer["payment"] else { return }
            draw.learn(payment: payment)
            if let card = answer["card"], let msisdn = sent.msisdn { draw.learn(stored: "\(msisdn) \(card)") }
            if answer["parked"] != nil { draw.learn(parked: payment) }
        case "APPROVALS":
            for row in answer.rows { if let proposal = row["proposal"] { draw.learn(proposal: proposal) } }
        case "REFUNDS": for row in answer.rows { if let refund = row["refund"] { draw.learn(refund: refund) } }
        case "VOUCHERS.PRINT": for row in answer.rows { if let secret = row["secret"] { draw.learn(voucher: secret) } }
        case "ORG.CREATE": if let org = answer["org"] { draw.learn(org: org) }
        case "REGISTER", "LOGIN.CODE", "LOGIN.PUSH", "PASSWORD.RECOVER", "LINK.ADD", "SUBSCRIPTION.ON":
            guard let challenge = answer["challenge"] else { return }
            draw.learn(challenge: challenge)
            challenged[challenge] = sent.msisdn
        case "EMAIL.CODE": if let challenge = answer["challenge"] { draw.learn(emailChallenge: challenge) }
        case "DEVICE.ADD": if let device = answer["device"] { draw.learn(device: device) }
        case "PRINCIPAL.ADD", "PRINCIPAL.ROTATE":
            guard let name = answer["name"], let secret = answer["secret"] else { return }
            if secrets.updateValue(secret, forKey: name) == nil { names.append(name) }
        default: break
        }
    }
}
