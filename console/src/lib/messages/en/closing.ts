/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Needed to close a conversation',
    requiredHelp: 'Nobody closes a conversation before this has a value, by hand or by API. Rules and timers still do.',
    tag: 'Needed to close',
    title: 'Before it is closed',
    text: 'These are needed before this conversation is closed.',
    textEnd: 'These are needed before this chat ends with the case closed.',
    close: 'Save and close',
    mayNot: 'Customers are changed by others in your team. Ask one of them to fill in:',
    unknown: 'Fill in what is missing in the panel beside the conversation.',
    yes: 'Yes',
    no: 'No',
    choose: 'Choose'
  }
};
